outcome-title-approved = 完了
outcome-title-signed-in = ログイン済み
outcome-title-too-late = 拒否できませんでした
outcome-title-signed-out = ログアウト済み
outcome-title-reported = 報告済み
outcome-title-denied = 拒否済み
outcome-title-expired = 期限切れ

outcome-approved = 完了しました。デバイスに戻ってください
outcome-approved-app = { $app }は{ $account }としてログインできるようになりました。このウィンドウは閉じてかまいません。
outcome-approved-still = デバイスがログインするまでは、取り消すことができます。
outcome-deny = 拒否

outcome-signed-in = デバイスがログインしました
outcome-signed-in-app = { $app }が{ $account }としてログインしています。このウィンドウは閉じてかまいません。
outcome-signed-in-still = 取り消したい場合は、デバイスをログアウトさせることができます。
outcome-remove = このデバイスを削除

outcome-too-late = 拒否できませんでした。デバイスはすでにログインしています
outcome-too-late-app = { $app }が{ $account }としてログインしています。アクセスを取り消すには、デバイスを削除してください。

outcome-signed-out = デバイスはログアウトしました
outcome-signed-out-app = { $app }は、あなたのアカウントを利用できなくなりました。このウィンドウは閉じてかまいません。
outcome-signed-out-again = やはり利用したい場合は、デバイスで最初からやり直してください。

outcome-reported = 報告しました
outcome-reported-told = このサービスの運営者に通知しました。ご協力ありがとうございます。
outcome-reported-denied = リクエストは拒否されました。{ $app }があなたのアカウントにアクセスすることはありません。
outcome-reported-signed-out = デバイスはログアウトしました。{ $app }は、あなたのアカウントを利用できなくなりました。これまでは利用できたため、身に覚えのない操作がないか確認してください。
outcome-reported-sender = 誰かからコードが送られてきた場合は、返信しないでください。信頼できる相手がそのようなことをすることはありません。

outcome-denied = リクエストを拒否しました
outcome-denied-app = { $app }があなたのアカウントにアクセスすることはありません。このウィンドウは閉じてかまいません。
outcome-denied-own = ご自身のデバイスだった場合は、デバイスで最初からやり直してください。

outcome-expired = コードの有効期限が切れました
outcome-expired-again = 何も許可されていません。デバイスで最初からやり直すと、新しいコードが表示されます。

outcome-another-code = 別のコードを入力する
outcome-account = アカウントにログインしているものをすべて見る

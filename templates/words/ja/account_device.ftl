account_device-title = { $name }、{ $app }
account_device-title-own = 「{ $name }」、{ $app }
account_device-title-unnamed = 名前のないデバイス、{ $app }
account_device-unnamed = 名前のないデバイス
account_device-of = { $app }でログインしています
account_device-was-of = { $app }でログインしていました

account_device-over = このデバイスはログアウトしました
account_device-over-means = このデバイスは、あなたのアカウントにアクセスできなくなりました。
account_device-reported = このデバイスを報告しました
account_device-reported-means = デバイスはログアウトし、このサービスの運営者に通知されました。
account_device-reported-password = ほかの人があなたの名前で許可した場合、その人にパスワードを知られている可能性があります。新しいパスワードを設定してください。ほかのすべてのブラウザとデバイスもログアウトします。
account_device-change-password = パスワードを変更

account_device-facts = このデバイスについて
account_device-calls-itself = デバイスが名乗る名前
account_device-unknown = 名乗っていません。
account_device-address = リクエスト元
account_device-address-unknown = 不明なネットワークアドレス
account_device-first-used = 初回使用
account_device-last-used = 最終使用
account_device-ends = ログインの期限
account_device-ends-at-latest = 遅くとも{ $time }（{ $within }）
account_device-unless-used = 使用しない場合の期限

account_device-rights = このデバイスができること
account_device-no-rights = 権限はありません。あなたがログインしていることだけが伝わっています。
account_device-resources = このデバイスは次にアクセスできます:

account_device-name = デバイスに付ける名前
account_device-name-hint = 64文字以内。ほかの人には表示されません。
account_device-rename = 名前を保存
account_device-end = デバイスをログアウトさせる
account_device-end-means = 直ちにアクセスできなくなります。再び利用するには、デバイスで最初からやり直してください。
account_device-sign-out = このデバイスをログアウトさせる
account_device-mine = このデバイスに心当たりがありませんか？
account_device-mine-means = その場合は報告してください。直ちにログアウトさせ、どこから来たものかをこのサービスの運営者に知らせます。
account_device-report = この操作に心当たりがありません

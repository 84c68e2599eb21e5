error-malformed-title = 認識できません
error-malformed = 内容を認識できませんでした
error-malformed-reason = 届いたフォームは、このサービスのものではありません。何も変更されていません。

error-too-slow-title = 時間切れ
error-too-slow = フォームが届きませんでした
error-too-slow-reason = 送信に時間がかかりすぎました。何も変更されていません。できれば通信状態のよいところで、もう一度お試しください。

error-misdirected-title = 別のアドレス
error-misdirected = アクセスしようとしたアドレスとは異なります
error-misdirected-reason = 別の名前で{ $host }に接続しています。何も変更されていません。

error-stale-title = ページの期限切れ
error-stale = このページは期限切れです
error-stale-reason = 長い間開いたままだったか、別の場所で開かれました。何も変更されていません。

error-not-found-title = ページが見つかりません
error-not-found = このページは存在しません
error-not-found-reason = アドレスが間違っているか、ここにあったものはすでに終了しています。

error-method-title = ここではできません
error-method = この操作はここではできません
error-method-reason = ページは存在しますが、この方法では利用できません。

error-other-account-title = 別のアカウント
error-other-account = 現在、別のアカウントを使用しています
error-other-account-reason = ページを開いた後に、このブラウザのアカウントが切り替わりました。何も変更されていません。

error-held-title = 現在はできません
error-held = 現在、この操作は許可できません
error-held-reason = 同じようなリクエストが多くの人に届いているため、調査中です。何も許可されていません。
error-held-advice = コードは誰かからメッセージや電話で伝えられたものですか？その場合、それはあなたのデバイスではありません。もう一度ページを開いて、拒否してください。ご自身のデバイスの場合は、後でもう一度お試しください。

error-unavailable-title = 利用できません
error-unavailable = 現在ご利用いただけません
error-unavailable-reason = このサービスの一部が応答していません。何も変更されていません。1分ほどしてから、もう一度お試しください。

error-internal-title = 問題が発生しました
error-internal = 問題が発生しました
error-internal-reason = 原因はこのサービス側にあります。もう一度お試しください。解決しない場合は、このサービスの運営者にお知らせください。

error-same-page = ページを開き直す
error-another-account = 別のアカウントを使う
error-enter-code = コードを入力する
error-reference = 参照番号:

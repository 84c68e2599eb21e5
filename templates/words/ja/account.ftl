account-title = アカウント
account-heading = アカウント
account-back = アカウントに戻る

account-done-password = パスワードを変更しました。ほかのすべてのブラウザとデバイスはログアウトしました。
account-done-name = 名前を保存しました。
account-done-devices = デバイスをログアウトさせました。
account-done-browsers = 完了しました。ログインしているのは、下の一覧にあるブラウザだけです。
account-done-taken-back = 許可を取り消しました。デバイスはアクセスできません。
account-done-not-waiting = このデバイスはもう待機していません。すでにログインした場合は下の一覧に表示され、そこでログアウトさせることができます。

account-when = { $ago }（{ $time }）
account-when-from = { $ago }（{ $time }）、{ $address }から
account-ago = { $ago }
account-ago-from = { $ago }、{ $address }から
account-when-ahead = { $time }（{ $within }）

account-apps = アプリとデバイス
account-apps-none = このアカウントでログインしているデバイスはありません。
account-app-off = このアプリは現在停止されています。再開されるまで、このアプリのデバイスは何もできません。
account-device-unnamed = 名前のないデバイス
account-own-name = 「{ $name }」
account-device-used = 最終使用: { $ago }
account-device-used-from = 最終使用: { $ago }、リクエスト元: { $address }
account-device-waiting = { $ago }に許可しました。デバイスが次に問い合わせるとログインします。
account-device-take-back = 許可を取り消す
account-app-sign-out = { $app }のデバイス{ $count }台をすべてログアウトさせる
account-devices-only = 最近使われた{ $count }台のデバイスだけを表示しています。
account-devices-sign-out = すべてのデバイスをログアウトさせる

account-browsers = ブラウザ
account-browser-unknown = 不明なブラウザ
account-browser-this = 現在お使いのブラウザです。
account-browser-since = ログイン: { $ago }
account-browser-since-from = ログイン: { $ago }、{ $address }から
account-browser-sign-out = ログアウト
account-browsers-sign-out = ほかのブラウザをすべてログアウトさせる

account-password = パスワード
account-password-set = 設定日時: { $ago }
account-password-change = パスワードを変更

account-activity = 最近のアクティビティ
account-activity-none = 最近のアクティビティはありません。
account-activity-more = アクティビティをもっと見る

account-everywhere = すべての場所からログアウト
account-everywhere-ends = 現在のセッションを含むすべてのセッションを終了し、すべてのデバイスをログアウトさせます。許可したばかりのデバイスもアクセスできなくなります。
account-everywhere-submit = すべての場所からログアウト

# 用語: 「です・ます」体。code: コード、device: デバイス、app: アプリ、account: アカウント、allow と approve: 許可、deny: 拒否、
# sign in と log in: ログイン、sign out: ログアウト、report: 報告、operator: このサービスの運営者。

frame-you-are-on = 現在のサイトは{ $host }です
frame-terms = 利用規約
frame-privacy = プライバシー
frame-support = ヘルプ
frame-language = 言語
frame-signed-in-as = { $account }としてログイン中
frame-sign-out = ログアウト
frame-report = この操作に心当たりがありません
frame-account = アカウント

account_password-title = パスワードの変更
account_password-title-error = エラー: パスワードの変更
account_password-heading = パスワードの変更
account_password-ends = パスワードを変更すると、ほかのすべてのブラウザとデバイスがログアウトします。このブラウザはログインしたままです。
account_password-current = 現在のパスワード
account_password-new = 新しいパスワード
account_password-new-hint = { $count }文字以上。互いに関連のない単語をいくつか組み合わせるのがおすすめです。
account_password-again = 新しいパスワード（確認用）
account_password-submit = パスワードを変更

account_password-wrong = 現在のパスワードが間違っています。
account_password-too-many = 試行回数が多すぎます。{ $wait }にもう一度お試しください。
account_password-too-short = 新しいパスワードが短すぎます。{ $count }文字以上にしてください。
account_password-too-long = 新しいパスワードが長すぎます。1024バイト以内にしてください。
account_password-guessable = 新しいパスワードは推測されやすいものです。よくある単語や名前、規則的なパターンを避けてください。
account_password-same = すでに使用中のパスワードです。別のパスワードを選んでください。
account_password-not-repeated = 新しいパスワードが一致しません。同じパスワードを2回入力してください。

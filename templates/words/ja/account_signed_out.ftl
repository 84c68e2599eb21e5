account_signed_out-title = ログアウト済み
account_signed_out-heading = ログアウトしました
account_signed_out-means = このブラウザでは誰もログインしていません。すべての場所からログアウトした場合は、ほかのすべてのブラウザとデバイスもログアウトしています。
account_signed_out-log-in = ログイン

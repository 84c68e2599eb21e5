no_cookie-title = Cookie が必要です
no_cookie-heading = ブラウザーから Cookie が送られませんでした
no_cookie-reason = { $host } がページ間でお使いのブラウザーを見分けるには Cookie が必要ですが、送られてきませんでした。何も変更されていません。
no_cookie-advice = ブラウザーの設定でこのサイトの Cookie を許可してから、続けてください。
no_cookie-again = このページがもう一度表示されたら、もう一度ボタンを押してください。Cookie はこのページとともにブラウザーに届きます。

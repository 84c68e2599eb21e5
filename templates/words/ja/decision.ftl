decision-title = { $app }を許可しますか？
decision-title-error = エラー: { $app }を許可しますか？
decision-heading = { $app }が{ $account }としてログインすることを許可しますか？
decision-checked = このサービスが確認済み
decision-not-checked = このサービスでは未確認
decision-not-you = ご本人ではありませんか？別のアカウントを使う

decision-compare = デバイスに次のコードが表示されていることを確認してください
decision-code-lasts = このコードの残りの有効期間は{ $lasts }です。
decision-code-ends = このコードの有効期間は残り1分未満です。

decision-rights = このアプリができること
decision-no-rights = データへのアクセスや権限は求めていません。あなたがログインしていることだけが伝わります。
decision-optional = 次のことも許可できます
decision-nothing-ticked = 許可するものにチェックを入れて「許可」を選ぶか、「拒否」を選んでください。
decision-offer-changed = このアプリが求めることのできる内容が変わりました。もう一度ご確認ください。
decision-resource = { $resource }へのアクセス
decision-access-lasts = このアクセスの有効期間は{ $lasts }です。
decision-stays-signed-in = ここでログアウトした後も、デバイスは最長{ $lasts }ログインしたままになります。
decision-stays-if-ticked = このアクセスの有効期間は{ $lasts }です。ログインしたままにすることを許可した場合は、ここでログアウトした後も、デバイスは最長{ $stays }ログインしたままになります。

decision-origin = リクエストの送信元

decision-warning = このコードは誰かから送られてきたものですか？
decision-warning-deny = その場合は「拒否」を選んでください。信頼できる相手が、メールやチャット、電話でコードを伝えてくることはありません。
decision-warning-gives = 別のデバイスに、あなたのアカウントへのアクセスを与えようとしています。
decision-warning-only-if = 目の前にあるデバイスでご自身が始めた操作である場合に限り、先に進んでください。

decision-tick = このデバイスは手元にあります
decision-nothing-yet = まだ何も許可されていません。
decision-several-missing = 未回答の項目が複数あるため、まだ何も許可されていません。
decision-tick-missing = デバイスが手元にある場合は、チェックを入れて「許可」を選んでください。手元にない場合は「拒否」を選んでください。
decision-deny = 拒否
decision-approve = 許可

initiation-number = デバイスに表示されている番号はどれですか？
initiation-number-none = デバイスに番号が表示されていない、またはどの番号とも違いますか？その場合、リクエストは別のデバイスからのものです。「拒否」を選んでください。
initiation-number-missing = デバイスに表示されている番号を選び、チェックを入れて「許可」を選んでください。どの番号も表示されていない場合は「拒否」を選んでください。

initiation-title-pin = あと1ステップ
initiation-pin = このPINをデバイスに入力してください
initiation-pin-app = 入力すると、{ $app }が{ $account }としてログインします。ログインが終わるまで、このページを開いたままにしてください。
initiation-pin-warning = 誰かにPINを聞かれましたか？
initiation-pin-tell-nobody = その場合は「拒否」を選んでください。PINはご自身のデバイスにだけ入力し、メールやチャット、電話で誰にも教えないでください。

initiation-denied = リクエストは拒否されました
initiation-wrong-number = デバイスに表示されている番号ではなかったため、{ $app }があなたのアカウントにアクセスすることはありません。
initiation-wrong-pins = デバイスから間違ったPINが何度も送信されたため、{ $app }があなたのアカウントにアクセスすることはありません。
initiation-denied-own = ご自身のデバイスだった場合は、デバイスで最初からやり直してください。
initiation-denied-beware = 誰かからコードが送られてきた場合は、返信しないでください。

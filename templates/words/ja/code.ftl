code-title = コードの入力
code-title-link = このコードで続ける
code-title-error = エラー: コードの入力

code-link-heading = このコードで続けますか？
code-link-compare = このコードは、開いたリンクまたは画像から読み込まれました。許可する前に、デバイスの表示と見比べていただきます。
code-link-go-on = 続ける
code-link-other = デバイスには別のコードが表示されています
code-link-distrust = その場合は、このページを開いたリンクや画像を信用しないでください。ログインさせたいデバイスの画面を見て、そこに表示されているコードを入力してください。
code-link-use = このコードを使う

code-heading = コードを入力してください
code-explanation = テレビ、ターミナルなどのデバイスを、そのデバイスに表示されているコードでログインさせます。
code-label = コード
code-hint = コードはデバイスの画面に表示されています。
code-letters = 英字です。例：
code-digits = 数字です。例：
code-letters-digits = 英字と数字です。例：
code-group = { $count }文字
code-continue = 続ける

code-phone = スマートフォンを使いますか？
code-phone-scan = スマートフォンのカメラで読み取ってください。{ $address }が開くので、そこでコードを入力してください。
code-phone-picture = このページのアドレスのQRコード

code-empty = デバイスに表示されているコードを入力してください。
code-unknown = このコードは使えません。デバイスの表示と見比べてください。合っている場合は、古くなっている可能性があります。デバイスで最初からやり直してください。
code-too-many = 間違ったコードの入力が多すぎます。{ $wait }にもう一度お試しください。
code-closed = 現在、間違ったコードが数多く入力されています。あなたのコードが推測されることのないよう、コードの受け付けを停止しています。{ $wait }にもう一度お試しください。その際、デバイスで最初からやり直す必要があるかもしれません。

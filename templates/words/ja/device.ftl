device-message = ログインするには、ブラウザーで { $uri } を開き、コード { $code } を入力してください。
device-message-number = ログインするには、ブラウザーで { $uri } を開き、コード { $code } を入力してください。次にページで数字を尋ねられたら { $number } を選んでください。

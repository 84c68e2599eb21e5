scope-openid = あなたが誰であるかを知る
scope-profile = あなたの名前とユーザー名を見る
scope-email = あなたのメールアドレスを見る
scope-offline-access = あなたがその場にいない間もログイン状態を保つ

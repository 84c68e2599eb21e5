account_password-title = Alterar a senha
account_password-title-error = Erro: Alterar a senha
account_password-heading = Alterar a senha
account_password-ends = Uma nova senha desconecta todos os outros navegadores e todos os dispositivos. Este navegador continua conectado.
account_password-current = Senha atual
account_password-new = Nova senha
account_password-new-hint = { $count ->
    [one] Pelo menos { $count } caractere. É bom usar várias palavras sem relação entre si.
   *[other] Pelo menos { $count } caracteres. É bom usar várias palavras sem relação entre si.
}
account_password-again = Repetir a nova senha
account_password-submit = Alterar a senha

account_password-wrong = A senha atual está incorreta.
account_password-too-many = Houve tentativas demais. Tente de novo { $wait }.
account_password-too-short = { $count ->
    [one] A nova senha é curta demais. Use pelo menos { $count } caractere.
   *[other] A nova senha é curta demais. Use pelo menos { $count } caracteres.
}
account_password-too-long = A nova senha é longa demais. Use no máximo 1024 bytes.
account_password-guessable = A nova senha é fácil de adivinhar. Escolha uma que não seja uma palavra comum, um nome nem um padrão.
account_password-same = Esta já é a sua senha. Escolha outra.
account_password-not-repeated = As duas novas senhas não são iguais. Digite a nova senha duas vezes.

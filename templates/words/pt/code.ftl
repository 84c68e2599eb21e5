code-title = Inserir o código
code-title-compare = Comparar o código
code-title-error = Erro: Inserir o código

code-compare-heading = Este é o código que aparece no seu dispositivo?
code-compare-check = Confira se este é exatamente o código que aparece no seu dispositivo.
code-compare-same = É o mesmo código
code-compare-different = É um código diferente
code-compare-distrust = Então não confie no link ou na imagem que abriu esta página. Olhe para o dispositivo no qual você quer fazer login e insira o código que aparece nele.
code-compare-use = Usar este código

code-heading = Inserir o código
code-explanation = Faça login em uma TV, em um terminal ou em outro dispositivo com o código que ele mostra.
code-label = Código
code-hint = Procure o código na tela do seu dispositivo.
code-letters = Letras, por exemplo assim:
code-digits = Números, por exemplo assim:
code-letters-digits = Letras e números, por exemplo assim:
code-group = { $count ->
    [one] { $count } caractere
   *[other] { $count } caracteres
}
code-continue = Continuar

code-phone = Prefere usar o celular?
code-phone-scan = Escaneie esta imagem com a câmera do seu celular. Ela abre { $address }, onde você insere o código.
code-phone-picture = Código QR do endereço desta página

code-empty = Insira o código que o seu dispositivo mostra.
code-unknown = Este código não funciona. Compare-o com o seu dispositivo. Se estiver correto, talvez seja antigo demais: comece de novo no dispositivo.
code-too-many = Foram inseridos códigos errados demais. Tente de novo { $wait }.
code-closed = Muitos códigos errados estão sendo inseridos aqui. Para que ninguém possa adivinhar o seu, nenhum código é aceito agora. Tente de novo { $wait }. Talvez seja preciso começar de novo no seu dispositivo.

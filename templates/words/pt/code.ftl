code-title = Inserir o código
code-title-link = Continuar com este código
code-title-error = Erro: Inserir o código

code-link-heading = Continuar com este código?
code-link-compare = Este código veio com o link ou a imagem que você abriu. Você vai compará-lo com o seu dispositivo antes de permitir qualquer coisa.
code-link-go-on = Continuar
code-link-other = Meu dispositivo mostra outro código
code-link-distrust = Então não confie no link ou na imagem que abriu esta página. Olhe para o dispositivo no qual você quer fazer login e insira o código que aparece nele.
code-link-use = Usar este código

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

code-title = Introducir el código
code-title-link = Continuar con este código
code-title-error = Error: Introducir el código

code-link-heading = ¿Continuar con este código?
code-link-compare = Este código vino con el enlace o la imagen que abrió. Lo comparará con su dispositivo antes de permitir nada.
code-link-go-on = Continuar
code-link-other = Mi dispositivo muestra otro código
code-link-distrust = En ese caso, no se fíe del enlace o de la imagen que abrió esta página. Mire el dispositivo en el que quiere iniciar sesión e introduzca el código que aparece en él.
code-link-use = Usar este código

code-heading = Introducir el código
code-explanation = Inicie sesión en un televisor, un terminal u otro dispositivo con el código que este muestra.
code-label = Código
code-hint = Busque el código en la pantalla de su dispositivo.
code-letters = Letras, por ejemplo así:
code-digits = Dígitos, por ejemplo así:
code-letters-digits = Letras y dígitos, por ejemplo así:
code-group = { $count ->
    [one] { $count } carácter
   *[other] { $count } caracteres
}
code-continue = Continuar

code-phone = ¿Prefiere usar su teléfono?
code-phone-scan = Escanee esto con la cámara de su teléfono. Se abrirá { $address }, donde podrá introducir el código.
code-phone-picture = Código QR de la dirección de esta página

code-empty = Introduzca el código que muestra su dispositivo.
code-unknown = Este código no funciona. Compárelo con su dispositivo. Si es correcto, puede que sea demasiado antiguo: empiece de nuevo en el dispositivo.
code-too-many = Se han introducido demasiados códigos incorrectos. Inténtelo de nuevo { $wait }.
code-closed = Se están introduciendo aquí muchos códigos incorrectos. Para que nadie pueda adivinar el suyo, ahora no se acepta ningún código. Inténtelo de nuevo { $wait }. Es posible que entonces tenga que empezar de nuevo en su dispositivo.

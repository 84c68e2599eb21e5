device-message = Para iniciar sesión, abra { $uri } en un navegador e introduzca el código { $code }.
device-message-number = Para iniciar sesión, abra { $uri } en un navegador e introduzca el código { $code }. Después la página le pedirá un número: elija { $number }.

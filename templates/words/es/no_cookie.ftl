no_cookie-title = Se necesitan cookies
no_cookie-heading = Su navegador no ha enviado ninguna cookie
no_cookie-reason = { $host } necesita una cookie para reconocer su navegador de una página a otra, y su navegador no ha enviado ninguna. No se ha cambiado nada.
no_cookie-advice = Permita las cookies de este sitio en los ajustes de su navegador y continúe.
no_cookie-again = Si esta página aparece otra vez, pulse el botón de nuevo: su navegador recibe la cookie con esta página.

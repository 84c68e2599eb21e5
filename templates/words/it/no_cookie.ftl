no_cookie-title = Servono i cookie
no_cookie-heading = Il tuo browser non ha inviato alcun cookie
no_cookie-reason = { $host } ha bisogno di un cookie per riconoscere il tuo browser da una pagina all’altra, e il tuo browser non ne ha inviato nessuno. Non è stato modificato nulla.
no_cookie-advice = Consenti i cookie di questo sito nelle impostazioni del browser, poi continua.
no_cookie-again = Se questa pagina compare ancora una volta, premi di nuovo il pulsante: il browser riceve il cookie con questa pagina.

device-message = Per accedere, apri { $uri } in un browser e inserisci il codice { $code }.
device-message-number = Per accedere, apri { $uri } in un browser e inserisci il codice { $code }. La pagina chiede poi un numero: scegli { $number }.

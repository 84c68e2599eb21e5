outcome-title-approved = Gotowe
outcome-title-signed-in = Zalogowano
outcome-title-too-late = Za późno
outcome-title-signed-out = Wylogowano
outcome-title-reported = Zgłoszono
outcome-title-denied = Odrzucono
outcome-title-expired = Kod wygasł

outcome-approved = Gotowe. Wróć do swojego urządzenia
outcome-approved-app = Aplikacja { $app } może się teraz zalogować jako { $account }. Możesz zamknąć to okno.
outcome-approved-still = Możesz jeszcze zmienić zdanie, dopóki urządzenie się nie zaloguje.
outcome-deny = Odrzuć

outcome-signed-in = Twoje urządzenie jest zalogowane
outcome-signed-in-app = Aplikacja { $app } jest zalogowana jako { $account }. Możesz zamknąć to okno.
outcome-signed-in-still = Jeśli zmienisz zdanie, możesz wylogować urządzenie.
outcome-remove = Usuń to urządzenie

outcome-too-late = Za późno, aby odrzucić prośbę: urządzenie jest już zalogowane
outcome-too-late-app = Aplikacja { $app } jest zalogowana jako { $account }. Aby odebrać jej dostęp, usuń urządzenie.

outcome-signed-out = Urządzenie zostało wylogowane
outcome-signed-out-app = Aplikacja { $app } nie może już używać Twojego konta. Możesz zamknąć to okno.
outcome-signed-out-again = Jeśli jednak chcesz jej używać, zacznij na urządzeniu od nowa.

outcome-reported = Przyjęto zgłoszenie
outcome-reported-told = Operator tej usługi został powiadomiony. Dziękujemy.
outcome-reported-denied = Prośba została odrzucona: aplikacja { $app } nie uzyska dostępu do Twojego konta.
outcome-reported-signed-out = Urządzenie zostało wylogowane: aplikacja { $app } nie może już używać Twojego konta. Do tej pory mogła, dlatego sprawdź, czy nie stało się coś bez Twojej wiedzy.
outcome-reported-sender = Jeśli ktoś przysłał Ci kod, nie odpowiadaj mu. Nikt uczciwy tak nie postępuje.

outcome-denied = Prośba została odrzucona
outcome-denied-app = Aplikacja { $app } nie uzyska dostępu do Twojego konta. Możesz zamknąć to okno.
outcome-denied-own = Jeśli to jednak było Twoje własne urządzenie, zacznij na nim od nowa.

outcome-expired = Kod wygasł
outcome-expired-again = Na nic nie zezwolono. Zacznij na urządzeniu od nowa: pokaże ono nowy kod.

outcome-another-code = Wpisz inny kod
outcome-account = Zobacz wszystko, co jest zalogowane na Twoje konto

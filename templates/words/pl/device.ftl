device-message = Aby się zalogować, otwórz { $uri } w przeglądarce i wpisz kod { $code }.
device-message-number = Aby się zalogować, otwórz { $uri } w przeglądarce i wpisz kod { $code }. Strona zapyta potem o liczbę: wybierz { $number }.

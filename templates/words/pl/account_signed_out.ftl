account_signed_out-title = Wylogowano
account_signed_out-heading = Nastąpiło wylogowanie
account_signed_out-means = W tej przeglądarce nikt nie jest zalogowany. Po wylogowaniu wszędzie wylogowane są też wszystkie inne przeglądarki i wszystkie urządzenia.
account_signed_out-log-in = Zaloguj się

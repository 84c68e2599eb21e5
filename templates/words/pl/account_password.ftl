account_password-title = Zmień hasło
account_password-title-error = Błąd: Zmień hasło
account_password-heading = Zmień hasło
account_password-ends = Nowe hasło wylogowuje wszystkie inne przeglądarki i wszystkie urządzenia. Ta przeglądarka pozostaje zalogowana.
account_password-current = Obecne hasło
account_password-new = Nowe hasło
account_password-new-hint = { $count ->
    [one] Co najmniej { $count } znak. Dobrze jest użyć kilku słów, które do siebie nie pasują.
    [few] Co najmniej { $count } znaki. Dobrze jest użyć kilku słów, które do siebie nie pasują.
    [many] Co najmniej { $count } znaków. Dobrze jest użyć kilku słów, które do siebie nie pasują.
   *[other] Co najmniej { $count } znaku. Dobrze jest użyć kilku słów, które do siebie nie pasują.
}
account_password-again = Powtórz nowe hasło
account_password-submit = Zmień hasło

account_password-wrong = Obecne hasło jest nieprawidłowe.
account_password-too-many = Było zbyt wiele prób. Spróbuj ponownie { $wait }.
account_password-too-short = { $count ->
    [one] Nowe hasło jest za krótkie. Użyj co najmniej { $count } znaku.
    [few] Nowe hasło jest za krótkie. Użyj co najmniej { $count } znaków.
    [many] Nowe hasło jest za krótkie. Użyj co najmniej { $count } znaków.
   *[other] Nowe hasło jest za krótkie. Użyj co najmniej { $count } znaku.
}
account_password-too-long = Nowe hasło jest za długie. Użyj najwyżej 1024 bajtów.
account_password-guessable = Nowe hasło łatwo odgadnąć. Wybierz takie, które nie jest popularnym słowem, imieniem ani prostym wzorem.
account_password-same = To już jest Twoje hasło. Wybierz inne.
account_password-not-repeated = Nowe hasła nie są takie same. Wpisz nowe hasło dwa razy.

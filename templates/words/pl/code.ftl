code-title = Wpisz kod
code-title-link = Kontynuuj z tym kodem
code-title-error = Błąd: Wpisz kod

code-link-heading = Kontynuować z tym kodem?
code-link-compare = Ten kod pochodzi z otwartego linku lub obrazu. Zanim na cokolwiek zezwolisz, porównasz go ze swoim urządzeniem.
code-link-go-on = Dalej
code-link-other = Moje urządzenie pokazuje inny kod
code-link-distrust = W takim razie nie ufaj linkowi ani obrazowi, który otworzył tę stronę. Spójrz na urządzenie, na którym chcesz się zalogować, i wpisz kod, który ono pokazuje.
code-link-use = Użyj tego kodu

code-heading = Wpisz kod
code-explanation = Zaloguj się na telewizorze, w terminalu lub na innym urządzeniu za pomocą kodu, który ono pokazuje.
code-label = Kod
code-hint = Kod znajdziesz na ekranie swojego urządzenia.
code-letters = Litery, na przykład tak:
code-digits = Cyfry, na przykład tak:
code-letters-digits = Litery i cyfry, na przykład tak:
code-group = { $count ->
    [one] { $count } znak
    [few] { $count } znaki
    [many] { $count } znaków
   *[other] { $count } znaku
}
code-continue = Dalej

code-phone = Wolisz użyć telefonu?
code-phone-scan = Zeskanuj ten obraz aparatem telefonu. Otworzy się { $address }, gdzie wpiszesz kod.
code-phone-picture = Kod QR z adresem tej strony

code-empty = Wpisz kod, który pokazuje Twoje urządzenie.
code-unknown = Ten kod nie działa. Porównaj go z urządzeniem. Jeśli jest poprawny, może być za stary: zacznij na urządzeniu od nowa.
code-too-many = Wpisano zbyt wiele błędnych kodów. Spróbuj ponownie { $wait }.
code-closed = Wpisywanych jest tu teraz wiele błędnych kodów. Aby nikt nie mógł odgadnąć Twojego, obecnie żaden kod nie jest przyjmowany. Spróbuj ponownie { $wait }. Możliwe, że trzeba będzie wtedy zacząć na urządzeniu od nowa.

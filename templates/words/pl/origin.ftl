origin-asked = Urządzenie, które przedstawia się jako „{ $device }”, wysłało prośbę { $ago }.
origin-asked-unknown = Urządzenie, które nie podaje nazwy, wysłało prośbę { $ago }.
origin-same = Urządzenie jest w tej samej sieci co Ty.
origin-different = Urządzenie jest w innej sieci niż Ty.
origin-unknown-families = Nie można stwierdzić, czy urządzenie jest w tej samej sieci co Ty, ponieważ oba adresy sieciowe są różnego rodzaju (IPv4 i IPv6). Zdarza się to często, także w domu.
origin-unknown-inside = Nie można stwierdzić, czy urządzenie jest w tej samej sieci co Ty, ponieważ jeden z dwóch adresów sieciowych jest prywatny, takiego rodzaju, jakich używa się wewnątrz firm i domów.
origin-unknown-proxy = Nie można stwierdzić, czy urządzenie jest w tej samej sieci co Ty, ponieważ ta usługa widzi tylko adres własnego serwera proxy.
origin-addresses = Adresy sieciowe
origin-its-address = Adres sieciowy urządzenia
origin-your-address = Twój adres sieciowy

origin-far = To urządzenie nie jest w Twojej sieci
origin-maybe-far = To urządzenie może nie być w Twojej sieci
origin-far-advice = Kto chce się dostać na Twoje konto, wysyła prośbę z daleka i przysyła Ci kod. Jeśli nie widzisz urządzenia przed sobą, wybierz „Odrzuć”.
origin-tick = Wiem, dlaczego jest w innej sieci, np. dane komórkowe, sieć firmowa lub VPN
origin-tick-missing = Jeśli wiesz, dlaczego urządzenie jest w innej sieci, zaznacz pole i wybierz „Zezwól”. Jeśli nie, wybierz „Odrzuć”.
origin-tick-unknown = To ja rozpoczynam logowanie, choć urządzenie może być w innej sieci
origin-tick-unknown-missing = Jeśli to Ty rozpoczynasz logowanie, zaznacz pole i wybierz „Zezwól”. Jeśli nie, wybierz „Odrzuć”.

origin-type-code = Wpisz kod swojego urządzenia
origin-type-code-why = Ta strona została otwarta przez link lub obraz. W przypadku tego urządzenia to nie wystarczy: odczytaj kod z jego ekranu i wpisz go. Jeśli ktoś przysłał Ci link, wybierz „Odrzuć”.
origin-type-code-go = Wpisz kod

origin-not-here = Stąd nie możesz na to zezwolić
origin-not-here-why = Na to urządzenie można zezwolić tylko z jego własnej sieci. Jeśli masz je przy sobie, połącz się z tą samą siecią, bez danych komórkowych i bez VPN, i otwórz tę stronę ponownie. Jeśli to nie Ty rozpoczynasz logowanie, wybierz „Odrzuć”.
origin-not-here-again = Otwórz tę stronę ponownie

initiation-number = Którą liczbę pokazuje Twoje urządzenie?
initiation-number-none = Twoje urządzenie nie pokazuje żadnej liczby albo żadnej z tych? W takim razie prośba pochodzi z innego urządzenia: wybierz „Odrzuć”.
initiation-number-missing = Wybierz liczbę, którą pokazuje Twoje urządzenie, zaznacz pole i wybierz „Zezwól”. Jeśli nie pokazuje żadnej z nich, wybierz „Odrzuć”.

initiation-title-pin = Jeszcze jeden krok
initiation-pin = Wpisz ten PIN na swoim urządzeniu
initiation-pin-app = Wtedy aplikacja { $app } zaloguje się jako { $account }. Do tego czasu nie zamykaj tej strony.
initiation-pin-warning = Czy ktoś poprosił Cię o ten PIN?
initiation-pin-tell-nobody = W takim razie wybierz „Odrzuć”. Wpisz go na własnym urządzeniu i nie podawaj go nikomu e-mailem, na czacie ani przez telefon.

initiation-denied = Prośba została odrzucona
initiation-wrong-number = To nie była liczba z Twojego urządzenia, dlatego aplikacja { $app } nie uzyska dostępu do Twojego konta.
initiation-wrong-pins = Urządzenie zbyt wiele razy wysłało błędny PIN, dlatego aplikacja { $app } nie uzyska dostępu do Twojego konta.
initiation-denied-own = Jeśli to jednak było Twoje własne urządzenie, zacznij na nim od nowa.
initiation-denied-beware = Jeśli ktoś przysłał Ci kod, nie odpowiadaj mu.

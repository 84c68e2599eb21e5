decision-title = Zezwolić aplikacji { $app }?
decision-title-error = Błąd: Zezwolić aplikacji { $app }?
decision-heading = Zezwolić aplikacji { $app } na zalogowanie się jako { $account }?
decision-checked = Sprawdzona przez usługę
decision-not-checked = Niesprawdzona przez usługę
decision-not-you = To nie Ty? Użyj innego konta

decision-compare = Twoje urządzenie musi pokazywać ten kod
decision-code-lasts = Kod jest ważny jeszcze przez { $lasts }.
decision-code-ends = Kod jest ważny jeszcze przez mniej niż minutę.

decision-rights = Co będzie mogła robić aplikacja
decision-no-rights = Aplikacja nie prosi o żadne dane ani uprawnienia. Dowie się tylko, że masz otwartą sesję.
decision-optional = Możesz zezwolić także na to
decision-nothing-ticked = Zaznacz to, na co chcesz zezwolić, i wybierz „Zezwól” albo wybierz „Odrzuć”.
decision-offer-changed = Zmieniło się to, o co ta aplikacja może prosić. Sprawdź to ponownie.
decision-resource = Dostęp do: { $resource }
decision-access-lasts = Ten dostęp jest ważny przez { $lasts }.
decision-stays-signed-in = Urządzenie pozostanie zalogowane maksymalnie przez { $lasts }, także po wylogowaniu się tutaj.
decision-stays-if-ticked = Ten dostęp jest ważny przez { $lasts }. Jeśli zezwolisz, aby urządzenie pozostało zalogowane, będzie tak maksymalnie przez { $stays }, także po wylogowaniu się tutaj.

decision-origin = Skąd pochodzi prośba

decision-warning = Czy ktoś przysłał Ci ten kod?
decision-warning-deny = W takim razie wybierz „Odrzuć”. Nikt uczciwy nie przysyła kodów e-mailem ani na czacie i nie podaje ich przez telefon.
decision-warning-gives = Dajesz innemu urządzeniu dostęp do swojego konta.
decision-warning-only-if = Kontynuuj tylko wtedy, gdy to Ty rozpoczynasz logowanie, na urządzeniu, które masz przed sobą.

decision-tick = Mam to urządzenie przy sobie
decision-nothing-yet = Na nic jeszcze nie zezwolono.
decision-several-missing = Na nic jeszcze nie zezwolono, ponieważ brakuje kilku odpowiedzi.
decision-tick-missing = Jeśli masz urządzenie przy sobie, zaznacz pole i wybierz „Zezwól”. Jeśli nie, wybierz „Odrzuć”.
decision-deny = Odrzuć
decision-approve = Zezwól

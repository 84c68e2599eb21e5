no_cookie-title = Potrzebne pliki cookie
no_cookie-heading = Przeglądarka nie przesłała pliku cookie
no_cookie-reason = { $host } potrzebuje pliku cookie, aby rozpoznać przeglądarkę na kolejnych stronach, a przeglądarka żadnego nie przesłała. Nic nie zostało zmienione.
no_cookie-advice = Zezwól na pliki cookie tej witryny w ustawieniach przeglądarki, a potem przejdź dalej.
no_cookie-again = Jeśli ta strona pojawi się jeszcze raz, naciśnij przycisk ponownie: przeglądarka otrzymuje plik cookie wraz z tą stroną.

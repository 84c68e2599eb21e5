within-moment = tra meno di un minuto
within-minutes = { $count ->
    [one] tra { $count } minuto
   *[other] tra { $count } minuti
}
within-hours = { $count ->
    [one] tra { $count } ora
   *[other] tra { $count } ore
}
within-days = { $count ->
    [one] tra { $count } giorno
   *[other] tra { $count } giorni
}

span-moment = meno di un minuto
span-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minuti
}
span-hours = { $count ->
    [one] { $count } ora
   *[other] { $count } ore
}
span-days = { $count ->
    [one] { $count } giorno
   *[other] { $count } giorni
}

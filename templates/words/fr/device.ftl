device-message = Pour vous connecter, ouvrez { $uri } dans un navigateur et saisissez le code { $code }.
device-message-number = Pour vous connecter, ouvrez { $uri } dans un navigateur et saisissez le code { $code }. La page demande ensuite un nombre : choisissez { $number }.

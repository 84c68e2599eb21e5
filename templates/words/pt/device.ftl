device-message = Para fazer login, abra { $uri } em um navegador e digite o código { $code }.
device-message-number = Para fazer login, abra { $uri } em um navegador e digite o código { $code }. Depois a página pede um número: escolha { $number }.

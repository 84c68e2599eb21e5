origin-asked = Um dispositivo que se identifica como “{ $device }” fez a solicitação { $ago }.
origin-asked-unknown = Um dispositivo que não informa nenhum nome fez a solicitação { $ago }.
origin-same = O dispositivo está na mesma rede que você.
origin-different = O dispositivo está em uma rede diferente da sua.
origin-unknown-families = Não é possível saber se o dispositivo está na mesma rede que você, porque os dois endereços de rede são de tipos diferentes (IPv4 e IPv6). Isso é comum, também em casa.
origin-unknown-inside = Não é possível saber se o dispositivo está na mesma rede que você, porque um dos dois endereços de rede é privado, como os usados dentro de uma empresa ou de uma casa.
origin-unknown-proxy = Não é possível saber se o dispositivo está na mesma rede que você, porque este serviço só vê o endereço do próprio servidor proxy.
origin-addresses = Endereços de rede
origin-its-address = Endereço de rede do dispositivo
origin-your-address = Seu endereço de rede

origin-far = Este dispositivo não está na sua rede
origin-maybe-far = Este dispositivo talvez não esteja na sua rede
origin-far-advice = Quem quer entrar na sua conta faz a solicitação de longe e envia o código a você. Se você não vê o dispositivo na sua frente, escolha “Recusar”.
origin-tick = Sei por que ele está em outra rede, como dados móveis, trabalho ou VPN
origin-tick-missing = Se você sabe por que o dispositivo está em outra rede, marque a caixa e escolha “Permitir”. Se não sabe, escolha “Recusar”.
origin-tick-unknown = Fui eu quem começou isto, embora o dispositivo possa estar em outra rede
origin-tick-unknown-missing = Se foi você quem começou isto, marque a caixa e escolha “Permitir”. Se não foi, escolha “Recusar”.

origin-type-code = Insira o código do seu dispositivo
origin-type-code-why = Esta página foi aberta por um link ou uma imagem. Isso não basta para este dispositivo: leia o código na tela do próprio dispositivo e insira-o. Se alguém enviou o link a você, escolha “Recusar”.
origin-type-code-go = Inserir o código

origin-not-here = Você não pode permitir isto daqui
origin-not-here-why = Este dispositivo só pode ser permitido a partir da própria rede dele. Se ele está com você, conecte-se à mesma rede, sem dados móveis e sem VPN, e abra esta página de novo. Se não foi você quem começou isto, escolha “Recusar”.
origin-not-here-again = Abrir esta página de novo

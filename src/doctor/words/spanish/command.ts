import type { CommandWords } from "../command-words.ts";

const MORE = "`tillbridge service status` dice más.";
const times = (count: number) => (count === 1 ? "una vez" : `${count} veces`);

export const command: CommandWords = {
  service: {
    notInstalled:
      "No hay ningún servicio instalado: nada inicia Tillbridge con la máquina, ni de nuevo tras una caída.",
    install: "`sudo tillbridge service install` desde un programa desempaquetado, o instale el paquete.",
    stopped: "El servicio está detenido.",
    stoppedBecause: (why) => `El servicio está detenido; se informa: ${why}.`,
    start: `\`sudo tillbridge service start\`. ${MORE}`,
    starting: "El servicio se está iniciando.",
    stopping: "El servicio se está deteniendo.",
    wait: `Espere un momento y mire de nuevo. ${MORE}`,
    restarted: (who, pid, count) =>
      `El servicio corre como ${who}, proceso ${pid}. Terminó por sí solo y se inició de nuevo ${times(count)}.`,
    restartedBecause: (who, pid, count, why) =>
      `El servicio corre como ${who}, proceso ${pid}. Terminó por sí solo y se inició de nuevo ${times(count)}; se informa: ${why}.`,
    tellMore: MORE,
    notAtBoot: (who, pid) => `El servicio corre como ${who}, proceso ${pid}, y no se inicia con la máquina.`,
    enable: "`sudo systemctl enable tillbridge`; en Windows, `sc config Tillbridge start= auto` como administrador.",
    runs: (who, pid) => `El servicio corre como ${who}, proceso ${pid}, y se inicia con la máquina.`,
  },
  daemon: {
    notAsked: (why) => `${why} Lo que sigue lo vio este comando, con los permisos de su usuario.`,
    seeService: "`tillbridge service status` dice cómo está el servicio, y el registro por qué.",
  },
  config: {
    unusable: (path, why) => `${path} no se puede usar: ${why}`,
    sayAsService: "Ejecútelo como el usuario del servicio, o con sudo.",
    mend: "Corríjalo en un editor; `tillbridge config check` dice si está bien. El último que funcionó está al lado: config.last-good.json.",
  },
  browsers: {
    trusting: (count) => `Navegadores encontrados: ${count}; todos confían en el certificado para wss.`,
    ofUser: (browser, user) => `${browser} de ${user}`,
    because: (browser, why) => `${browser} (${why})`,
    distrusting: (who) => `No confía en el certificado para wss: ${who}.`,
    installAgain: "`sudo tillbridge certificate install`, y luego inicie el navegador de nuevo.",
    notLetIn: (browser, origins, where) => `${browser} no deja entrar a ${origins} (${where})`,
    askingFirst: (browsers) => `${browsers}: cada uno pregunta antes al usuario, o se niega.`,
    lettingIn: (origins) => `Los navegadores dejan que ${origins} llegue a esta máquina.`,
  },
};

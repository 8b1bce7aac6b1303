/** What pages of strangers do, as text that runs in them. Each resolves with what the page saw. */

/** Opens sockets, and says what a thief would say: nothing is opened, nothing is heard. */
export function hijack(urls: readonly string[], open: { readonly pos: string; readonly token: string }): string {
  const words = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "session.open",
    params: { protocol: 1, ...open },
  });
  return `Promise.all(${JSON.stringify(urls)}.map((url) => new Promise((seen) => {
    const heard = [];
    let opened = false;
    const socket = new WebSocket(url);
    socket.onopen = () => { opened = true; socket.send(${JSON.stringify(words)}); };
    socket.onmessage = ({ data }) => {
      heard.push(JSON.parse(data));
      if (heard.at(-1).id === 1) socket.close();
    };
    socket.onclose = ({ code }) => seen({ opened, code, heard: heard.map(({ method, result, error }) => method ?? result?.pos ?? error?.data.reason) });
  })))`;
}

/** What a page is told of each request: the text where it could read it, else the name of what stopped it. */
export function requests(wanted: readonly (readonly [url: string, init?: object])[]): string {
  return `Promise.all(${JSON.stringify(wanted)}.map(([url, init]) =>
    fetch(url, init).then(async (answer) => [answer.type, answer.status, await answer.text()].join(" ").trim(), ({ name }) => name)))`;
}

/** Everything that loads from elsewhere without asking: what the page learns is whether it worked. */
export function elements(port: number): string {
  const at = (path: string) => `http://127.0.0.1:${port}${path}`;
  const wanted = [
    { tag: "img", attribute: "src", url: at("/health") },
    { tag: "script", attribute: "src", url: at("/health") },
    { tag: "script", attribute: "src", url: at("/metrics") },
    { tag: "link", attribute: "href", url: at("/health") },
    { tag: "video", attribute: "src", url: at("/v1") },
  ];
  return `Promise.all(${JSON.stringify(wanted)}.map(({ tag, attribute, url }) => new Promise((seen) => {
    const element = document.createElement(tag);
    if (tag === "link") element.rel = "stylesheet";
    element.onload = () => seen(tag + " loaded");
    element.onloadeddata = () => seen(tag + " loaded");
    element.onerror = () => seen(tag + " failed");
    element[attribute] = url;
    document.body.append(element);
  })))`;
}

/** What a frame with this in it shows to the page around it. */
export function frameOf(url: string): string {
  return `new Promise((seen) => {
    const frame = document.createElement("iframe");
    frame.onload = () => {
      let text;
      try { text = frame.contentWindow.document.body.textContent; } catch ({ name }) { text = name; }
      seen(text);
    };
    frame.src = ${JSON.stringify(url)};
    document.body.append(frame);
  })`;
}

/** A frame in a sandbox, or one whose page is in its address. Resolves when it is there. */
export function withFrame(sandbox: string, content: string): string {
  const attribute = content.startsWith("data:") ? "src" : "srcdoc";
  return `new Promise((loaded) => {
    const frame = document.createElement("iframe");
    if (${JSON.stringify(sandbox)} !== "") frame.sandbox = ${JSON.stringify(sandbox)};
    frame.${attribute} = ${JSON.stringify(content)};
    frame.onload = () => loaded();
    document.body.append(frame);
  })`;
}

/** A form that is sent as if the cashier had pressed its button; its answer is shown in place of the page. */
export function formTo(url: string, type: string): string {
  return `<!doctype html><form method="post" action="${url}" enctype="${type}"><input name='{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"' value='"}}'></form>
<script>document.forms[0].submit()</script>`;
}

/** One demo person of the sign-in page. */
export interface DemoPerson {
  id: number;
  name: string;
  company_id: number;
  company_name: string;
  title: { en: string; ru: string };
}

/** The answer of `/web.json`. */
export interface WebSettings {
  socket_port: number;
  /** Origins of pages that may frame the messenger and give it a token. */
  origins: string[];
  /** The demo people; empty outside of a demo. */
  demo_people: DemoPerson[];
}

/** Fetches the settings of the page. Rejects when the server does not answer. */
export async function loadWebSettings(): Promise<WebSettings> {
  const response = await fetch('/web.json');
  if (!response.ok) throw new Error(`/web.json answered ${response.status}`);
  return (await response.json()) as WebSettings;
}

/** Returns the address of the socket: this host, with the port that the gateway named. */
export function socketAddress({ socket_port }: WebSettings, { protocol, hostname }: Location = location): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${hostname}:${socket_port}/ws`;
}

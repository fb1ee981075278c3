import { ofBrowser } from './kept-texts.ts';

const KEY = 'vestnik:notifications';

/** Whether the user wants notifications of the desktop, and the browser allows them. */
export function wantsNotifications(): boolean {
  return 'Notification' in window && Notification.permission === 'granted' && ofBrowser.get(KEY) === '1';
}

/** Keeps whether the user wants notifications of the desktop. */
export function setWantsNotifications(isWanted: boolean): void {
  ofBrowser.set(KEY, isWanted ? '1' : '0');
}

/** Asks the browser to allow notifications. Call it in answer to a click. */
export async function canNotify(): Promise<boolean> {
  return 'Notification' in window && (await Notification.requestPermission()) === 'granted';
}

import { notificationsEndpoints, parse, parseDevice, preferencesInput } from '@vestnik/contracts';
import { type Handler, pathId } from '../route.ts';

/** `POST /devices` */
export const registerDevice: Handler = async ({ bus }, { userId, requestId }, { body }) => {
  const input = { user_id: userId, ...parseDevice(body) };
  return { status: 201, data: await bus.request(notificationsEndpoints.registerDevice, input, { requestId }) };
};

/** `GET /devices` */
export const listDevices: Handler = async ({ bus }, { userId, requestId }) => ({
  data: await bus.request(notificationsEndpoints.listDevices, { user_id: userId }, { requestId }),
});

/** `DELETE /devices/:deviceId` */
export const removeDevice: Handler = async ({ bus }, { userId, requestId }, request) => {
  const input = { user_id: userId, device_id: pathId(request, 'deviceId') };
  return { data: await bus.request(notificationsEndpoints.removeDevice, input, { requestId }) };
};

/** `GET /notification-preferences` */
export const getPreferences: Handler = async ({ bus }, { userId, requestId }) => ({
  data: await bus.request(notificationsEndpoints.getPreferences, { user_id: userId }, { requestId }),
});

/** `PUT /notification-preferences` */
export const setPreferences: Handler = async ({ bus }, { userId, requestId }, { body }) => {
  const input = { user_id: userId, preferences: parse(preferencesInput, body) };
  return { data: await bus.request(notificationsEndpoints.setPreferences, input, { requestId }) };
};

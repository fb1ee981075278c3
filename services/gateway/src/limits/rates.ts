/** The rates of users and sockets, each Infinity when switched off. */
export interface Rates {
  framesPerSecond: number;
  framesBurst: number;
  requestsPerSecond: number;
  requestsBurst: number;
  /** Frames of one socket, beside the frames of its user through all sockets. */
  socketFramesPerSecond: number;
  socketFramesBurst: number;
}

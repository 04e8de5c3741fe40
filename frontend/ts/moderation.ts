/** The page of a second moderator: what the room writes, always fresh. */

import { begin, connection, liveRoot, showLink } from "./live/page";
import { RoomModeration } from "./live/room_moderation";

const root = liveRoot();
if (root) {
  const live = connection(root, "facilitator", null, {
    changed: (_state, frame) => room.hear(frame),
    linked: (link) => showLink(root, link),
  });
  const room = new RoomModeration(root, live);
  begin(root, live);
}

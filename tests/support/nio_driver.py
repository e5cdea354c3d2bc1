#!/usr/bin/env python3
"""A Matrix client with end-to-end encryption for tests, driven line by line; matrix-nio, none of matrix-rust-sdk.

It reads one JSON object per line, does what `do` names, one after the other, and ends with its input. What it writes,
one JSON object per line too, bears a number `n` that only grows, and says in `is` what it is:

    done, failed    what became of a command: its `do` and `id`, and what it answers or `error`
    event           room event_id sender type content ts encrypted, maybe state_key redacts late: `encrypted` means
                    that it was and that we could read it, `late` that we could not when it came
    undecryptable   room event_id sender session: an event that we have no key for
    file            room event_id name mime size sha256 encrypted: what came with an event, fetched and decrypted
    invite, typing, receipt, gap (the server has cut the timeline of the room)

Commands and what they take; `?` marks what may be left out:

    login           homeserver user password store device? new?; `new` registers the user first
    resume          homeserver user device token store; goes on as a device that was here before
    create_room, join   invite? name? encrypted? direct?, and room
    send_text, reply, edit   room text html? txn?, for the first two thread?, for the last two event
    withhold        room, and text or what send_file takes; writes with a key of its own that nobody gets
    share           event user; gives the key of such a message to all devices of the user after all
    send_file       room path name? mime? msgtype? caption? thread? txn?
    react, redact, send   room txn?, and event key, or event reason?, or type content
    request         method path body?; whatever else the client-server interface can do; answers its `answer`
    wait_for        where timeout? after?; answers the first `line` after number `after` that has all of `where`
    cross_signing   user; the user's keys and devices, and which signatures the server has for them are good
    trust_signed    user; sends nothing more to those of the user's devices that the user has not signed
"""

import asyncio
import hashlib
import json
import logging
import os
import sys
import time
from base64 import b64decode

import nio
from Crypto.Signature import eddsa
from nio.crypto import decrypt_attachment

POLL_MS = 10_000
FILTER = {"room": {"timeline": {"limit": 500}}, "presence": {"not_types": ["*"]}}
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


def good(response):
    """The response itself, unless it is an error."""
    if isinstance(response, nio.ErrorResponse):
        raise RuntimeError(f"{response.status_code}: {response.message}")
    return response


def has(value, wanted):
    """Whether `value` is `wanted`, or for an object, has all of its members."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(name in value and has(value[name], wanted[name]) for name in wanted)
    return value == wanted


def well_signed(signed, user, key_id, key):
    """Whether `signed` bears a good Ed25519 signature of the user's key."""
    bare = {name: value for name, value in signed.items() if name not in ("signatures", "unsigned")}
    message = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    try:
        signature = b64decode(signed["signatures"][user][key_id] + "==")
        eddsa.new(eddsa.import_public_key(b64decode(key + "=")), "rfc8032").verify(message, signature)
    except (KeyError, ValueError):
        return False
    return True


def text_content(text, html=None, thread=None, answered=None):
    rich = {"format": "org.matrix.custom.html", "formatted_body": html} if html else {}
    return {"msgtype": "m.text", "body": text} | rich | relation(thread, answered)


def relation(thread=None, answered=None):
    """What ties an event to its thread and to the event that it answers."""
    relates = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not answered} if thread else {}
    if answered or thread:
        relates["m.in_reply_to"] = {"event_id": answered or thread}
    return {"m.relates_to": relates} if relates else {}


class Driver:
    def __init__(self):
        self.client = None
        self.lines = []
        self.news = asyncio.Condition()
        self.stuck = []
        self.withheld = {}
        self.tasks = set()

    async def tell(self, kind, **about):
        async with self.news:
            line = {"n": len(self.lines) + 1, "is": kind} | about
            self.lines.append({name: value for name, value in line.items() if value is not None})
            print(json.dumps(self.lines[-1], ensure_ascii=False), flush=True)
            self.news.notify_all()

    def spawn(self, work):
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def run(self):
        while line := await asyncio.to_thread(sys.stdin.readline):
            ask = json.loads(line)
            what = {"do": ask.pop("do"), "id": ask.pop("id", None)}
            try:
                await self.tell("done", **what, **(await getattr(self, f"do_{what['do']}")(**ask) or {}))
            except Exception as error:  # whatever it is, the one who asked shall know it
                await self.tell("failed", **what, error=f"{type(error).__name__}: {error}")
        for task in list(self.tasks):
            task.cancel()
        if self.client:
            await self.client.close()

    async def do_request(self, method, path, body=None):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.client.access_token}"}
        answer = await self.client.send(method, f"/_matrix/client/v3/{path}", json.dumps(body or {}), headers)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {await answer.text()}")
        return {"answer": await answer.json()}

    async def do_login(self, homeserver, user, password, store, device="", new=False):
        self.make_client(homeserver, user, store, device)
        session = good(await (self.client.register(user, password) if new else self.client.login(password)))
        await self.start()
        return {"user": session.user_id, "device": session.device_id, "token": session.access_token}

    async def do_resume(self, homeserver, user, device, token, store):
        self.make_client(homeserver, user, store, device)
        self.client.restore_login(user, device, token)
        await self.start()

    def make_client(self, homeserver, user, store, device):
        os.makedirs(store, exist_ok=True)
        self.client = nio.AsyncClient(homeserver, user, device, store)
        self.client.add_event_callback(self.on_event, (nio.Event, nio.BadEvent, nio.UnknownBadEvent))
        self.client.add_event_callback(self.on_invite, nio.InviteMemberEvent)
        self.client.add_ephemeral_callback(self.on_typing, nio.TypingNoticeEvent)
        self.client.add_ephemeral_callback(self.on_receipt, nio.ReceiptEvent)

    async def start(self):
        await self.sync(0, full_state=True)
        self.spawn(self.sync_for_ever())

    async def sync_for_ever(self):
        while True:
            try:
                await self.sync(POLL_MS)
            except Exception as error:  # the server may be away for a while
                print(f"sync: {error}", file=sys.stderr)
                await asyncio.sleep(1)

    async def sync(self, timeout, **options):
        """One sync, with all that becomes due for the keys."""
        answer = good(await self.client.sync(timeout, FILTER, **options))
        for room, update in answer.rooms.join.items():
            if update.timeline.limited:
                await self.tell("gap", room=room)
        await self.client.send_to_device_messages()
        await self.tend_keys()
        stuck, self.stuck = (self.stuck, []) if answer.to_device_events else ([], self.stuck)
        for event in stuck:
            try:
                await self.tell_event(event.room_id, self.client.decrypt_event(event), late=True)
            except nio.EncryptionError:
                self.stuck.append(event)

    async def tend_keys(self):
        if self.client.should_upload_keys:
            good(await self.client.keys_upload())
        if self.client.should_query_keys:
            good(await self.client.keys_query())
        if self.client.should_claim_keys:
            good(await self.client.keys_claim(self.client.get_users_for_key_claiming()))

    async def on_event(self, room, event):
        if not isinstance(event, nio.MegolmEvent):
            return await self.tell_event(room.room_id, event)
        self.stuck.append(event)
        about = {"event_id": event.event_id, "sender": event.sender, "session": event.session_id}
        await self.tell("undecryptable", room=room.room_id, **about)

    async def tell_event(self, room, event, late=None):
        about = {name: event.source.get(name) for name in ("event_id", "sender", "type", "state_key", "redacts")}
        about |= {"room": room, "ts": event.source.get("origin_server_ts"), "late": late}
        content = event.source.get("content") or getattr(event, "content", {})
        await self.tell("event", **about, content=content, encrypted=getattr(event, "decrypted", False))
        if about["type"] == "m.room.message" and ("file" in content or "url" in content):
            self.spawn(self.fetch(room, about["event_id"], content))

    async def fetch(self, room, event_id, content):
        key, mime = content.get("file"), content.get("info", {}).get("mimetype")
        about = {"room": room, "event_id": event_id, "name": content.get("filename", content.get("body"))}
        try:
            data = good(await self.client.download(key["url"] if key else content["url"])).body
            if key:
                data = decrypt_attachment(data, key["key"]["k"], key["hashes"]["sha256"], key["iv"])
            about |= {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        except (RuntimeError, nio.EncryptionError, KeyError) as error:
            about["error"] = f"{type(error).__name__}: {error}"
        await self.tell("file", **about, mime=mime, encrypted=key is not None)

    async def on_invite(self, room, event):
        if event.state_key == self.client.user_id and event.membership == "invite":
            await self.tell("invite", room=room.room_id, sender=event.sender)

    async def on_typing(self, room, event):
        await self.tell("typing", room=room.room_id, users=event.users)

    async def on_receipt(self, room, event):
        for receipt in event.receipts:
            await self.tell("receipt", room=room.room_id, event_id=receipt.event_id, sender=receipt.user_id)

    async def do_wait_for(self, where, timeout=30, after=0):
        end = time.monotonic() + timeout
        async with self.news:
            while True:
                for line in self.lines[after:]:
                    if line["is"] not in ("done", "failed") and has(line, where):
                        return {"line": line}
                after = max(after, len(self.lines))
                await asyncio.wait_for(self.news.wait(), end - time.monotonic())

    async def do_create_room(self, invite=(), name=None, encrypted=True, direct=False):
        body = {"invite": list(invite), "is_direct": direct, "preset": "trusted_private_chat", "name": name or "room"}
        body["initial_state"] = [ENCRYPTION] if encrypted else []
        return await self.known((await self.do_request("POST", "createRoom", body))["answer"]["room_id"])

    async def do_join(self, room):
        return await self.known(good(await self.client.join(room)).room_id)

    async def known(self, room):
        """The room, as soon as a sync has told of it."""
        while room not in self.client.rooms:
            await asyncio.sleep(0.05)
        return {"room": room}

    async def do_send(self, room, type, content, txn=None):
        await self.known(room)
        await self.tend_keys()
        sent = await self.client.room_send(room, type, content, txn, ignore_unverified_devices=True)
        return {"event_id": good(sent).event_id}

    async def do_send_text(self, room, text, html=None, thread=None, txn=None, event=None):
        return await self.do_send(room, "m.room.message", text_content(text, html, thread, event), txn)

    do_reply = do_send_text

    async def do_edit(self, room, event, text, html=None, txn=None):
        content = text_content(f"* {text}", html and f"* {html}") | {"m.new_content": text_content(text, html)}
        content["m.relates_to"] = {"rel_type": "m.replace", "event_id": event}
        return await self.do_send(room, "m.room.message", content, txn)

    async def do_react(self, room, event, key, txn=None):
        relates = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.do_send(room, "m.reaction", {"m.relates_to": relates}, txn)

    async def do_withhold(self, room, text=None, **file):
        await self.known(room)
        message = text_content(text) if text else await self.file_content(room, **file)
        await self.tend_keys()
        olm = self.client.olm
        olm.create_outbound_group_session(room)
        session = olm.outbound_group_sessions[room]
        key = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": session.id}
        key["session_key"] = session.session_key
        session.mark_as_shared()
        kind, content = self.client.encrypt(room, "m.room.message", message)
        # what comes after it has a key again that everybody gets
        self.client.invalidate_outbound_session(room)
        path = f"rooms/{room}/send/{kind}/{session.id.replace('/', '_')}"
        event = (await self.do_request("PUT", path, content))["answer"]["event_id"]
        self.withheld[event] = key
        return {"event_id": event}

    async def do_share(self, event, user):
        await self.tend_keys()
        olm, devices = self.client.olm, list(self.client.device_store.active_user_devices(user))
        if missing := [device.id for device in devices if not olm.session_store.get(device.curve25519)]:
            good(await self.client.keys_claim({user: missing}))
        for device in devices:
            session = olm.session_store.get(device.curve25519)
            content = olm._olm_encrypt(session, device, "m.room_key", self.withheld[event])
            message = nio.event_builders.ToDeviceMessage("m.room.encrypted", user, device.id, content)
            good(await self.client.to_device(message))
        return {"devices": [device.id for device in devices]}

    async def do_redact(self, room, event, reason=None, txn=None):
        return {"event_id": good(await self.client.room_redact(room, event, reason, txn)).event_id}

    async def do_send_file(self, room, thread=None, txn=None, **file):
        await self.known(room)
        content = await self.file_content(room, **file)
        return await self.do_send(room, "m.room.message", content | relation(thread), txn)

    async def file_content(self, room, path, name=None, mime="application/octet-stream", msgtype="m.file", caption=None):
        """What tells of a file, once the homeserver has it: encrypted where the room is."""
        name = name or os.path.basename(path)
        size, encrypt = os.path.getsize(path), self.client.rooms[room].encrypted
        with open(path, "rb") as data:
            uploaded, key = await self.client.upload(data, mime, None if encrypt else name, encrypt, filesize=size)
        url = {"url": good(uploaded).content_uri}
        content = {"msgtype": msgtype, "body": caption or name, "filename": name}
        return content | {"info": {"mimetype": mime, "size": size}} | ({"file": key | url} if key else url)

    async def do_cross_signing(self, user):
        keys = (await self.do_request("POST", "keys/query", {"device_keys": {user: []}}))["answer"]
        pair = lambda kind: next(iter(keys.get(kind, {}).get(user, {}).get("keys", {}).items()), (None, None))
        (master_id, master), (signing_id, signing) = pair("master_keys"), pair("self_signing_keys")
        vouched = bool(master and signing) and well_signed(keys["self_signing_keys"][user], user, master_id, master)
        devices = {}
        for device, about in keys.get("device_keys", {}).get(user, {}).items():
            own = f"ed25519:{device}"
            devices[device] = {"own_signature": well_signed(about, user, own, about["keys"][own]),
                               "signed": vouched and well_signed(about, user, signing_id, signing)}
        return {"user": user, "master": master, "self_signing": signing, "vouched": vouched, "devices": devices}

    async def do_trust_signed(self, user):
        devices = (await self.do_cross_signing(user))["devices"]
        self.client.olm.users_for_key_query.add(user)
        await self.tend_keys()
        for device in self.client.device_store.active_user_devices(user):
            trusted = devices.get(device.id, {}).get("signed", False)
            (self.client.verify_device if trusted else self.client.blacklist_device)(device)
        return {"devices": devices}


if __name__ == "__main__":
    logging.getLogger("nio").setLevel(logging.CRITICAL)
    asyncio.run(Driver().run())

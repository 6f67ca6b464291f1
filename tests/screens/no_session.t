$ tacho report; tacho report nothing; mkdir empty; tacho report empty; tacho dump empty; tacho list; tacho report --from 5m --to 1m
tacho: no session in the store FOLDER/store yet: record one with tacho run -- COMMAND
tacho: no session 'nothing', neither here nor in the store FOLDER/store (tacho list shows the sessions)
tacho: empty is not a session: it has no manifest (tacho list shows the sessions)
tacho: empty is not a session: it has no manifest (tacho list shows the sessions)
No sessions in FOLDER/store yet: tacho run -- COMMAND records one.
tacho: no session in the store FOLDER/store yet: record one with tacho run -- COMMAND
[status 2]

$ tacho explain; tacho explain a b c; tacho explain a nowhere; tacho run -q -o s -- tacho span decode -- true; tacho explain decdoe s; tacho explain x s; tacho run -q -o e -- true; tacho explain x e; tacho explain decode --format xml
tacho: explain takes the NAME of a span (see tacho explain --help)
tacho: explain takes one SESSION, not "c" too (see tacho explain --help)
tacho: no session 'nowhere', neither here nor in the store FOLDER/store (tacho list shows the sessions)
tacho: no span is named "decdoe"; did you mean "decode"?
tacho: no span is named "x" (tacho report lists them)
tacho: the session e has no spans at all
tacho: --format is text or json, not "xml" (see tacho explain --help)
[status 2]

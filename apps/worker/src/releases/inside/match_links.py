"""match_links.py FOLDER: imports every extractor of a yt-dlp, and has each match the links of its own tests. Prints what it found."""

import json
import os
import sys

if __name__ == '__main__':
    os.environ['YTDLP_NO_LAZY_EXTRACTORS'] = '1'
    os.nice(10)
    sys.path.insert(0, sys.argv[1])
    import yt_dlp.version
    from yt_dlp.extractor import gen_extractor_classes

    extractors = gen_extractor_classes()
    links = 0
    wrong = []
    for extractor in extractors:
        for case in extractor.get_testcases(include_onlymatching=True):
            links += 1
            if not extractor.suitable(case['url']):
                wrong.append(extractor.IE_NAME)
    print(json.dumps({
        'version': yt_dlp.version.__version__,
        'extractors': len(extractors),
        'links': links,
        'wrong': len(wrong),
        'first': wrong[:3],
    }))

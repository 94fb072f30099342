"""Names in firms' profiles: sectors, what is asked, and the ways in which a firm agreed."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: Divisions of the Korean standard industrial classification (한국표준산업분류) that centres serve:
#: manufacturing, growers, and trades beside it.
SECTORS: Mapping[str, Text] = {
    "01": Text("농업", "agriculture"),
    "10": Text("식료품", "food"),
    "11": Text("음료", "beverages"),
    "12": Text("담배", "tobacco"),
    "13": Text("섬유제품", "textiles"),
    "14": Text("의복·의복 액세서리·모피제품", "clothing"),
    "15": Text("가죽·가방·신발", "leather, bags and shoes"),
    "16": Text("목재·나무제품", "wood"),
    "17": Text("펄프·종이·종이제품", "paper"),
    "18": Text("인쇄·기록매체 복제업", "printing"),
    "19": Text("코크스·연탄·석유정제품", "coke and petroleum"),
    "20": Text("화학물질·화학제품", "chemicals"),
    "21": Text("의료용 물질·의약품", "pharmaceuticals"),
    "22": Text("고무·플라스틱제품", "rubber and plastics"),
    "23": Text("비금속 광물제품", "non-metallic minerals"),
    "24": Text("1차 금속", "basic metals"),
    "25": Text("금속가공제품", "fabricated metal"),
    "26": Text("전자부품·컴퓨터·영상·음향·통신장비", "electronics"),
    "27": Text("의료·정밀·광학기기·시계", "medical and precision instruments"),
    "28": Text("전기장비", "electrical equipment"),
    "29": Text("기타 기계·장비", "other machinery"),
    "30": Text("자동차·트레일러", "motor vehicles"),
    "31": Text("기타 운송장비", "other transport equipment"),
    "32": Text("가구", "furniture"),
    "33": Text("기타 제품", "other products"),
    "34": Text("산업용 기계·장비 수리업", "repair of machinery"),
    "58": Text("출판업", "publishing"),
    "72": Text("건축기술·엔지니어링 서비스업", "engineering"),
    "73": Text("기타 전문·과학·기술 서비스업", "professional and technical services"),
}
#: By the field of a profile.
FACTS: Mapping[str, Text] = {
    "district": Text("소재지", "district"),
    "sector": Text("업종", "sector"),
    "workers": Text("상시근로자 수", "number of workers"),
    "cluster": Text("집적지", "cluster"),
    "exports": Text("수출 여부", "exports"),
    "partners": Text("협력업체 수", "number of partner firms"),
}
#: By the way in which a firm agreed that a centre keeps its profile.
CONSENTS: Mapping[str, Text] = {
    "page": Text("기업이 직접 입력", "entered by the firm"),
    "paper": Text("서면 동의", "on paper"),
    "telephone": Text("전화 동의", "by telephone"),
}
#: Whether a firm exports.
EXPORTS: Mapping[str, Text] = {"yes": Text("예", "yes"), "no": Text("아니요", "no")}

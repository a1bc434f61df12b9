"""Prints what reps read, both languages."""
import sys, tempfile
from pathlib import Path
sys.path.insert(0,'/work/main')
import pytest
def test_read(coach):
    print()
    def show(who, text, **k):
        print(f"--- {who.id} > {text}"); print(who.types(text)); 
        if who.form: print("FORM:", who.form)
    anna, liwei = coach.anna, coach.liwei
    anna.types("account add Nordhaus"); liwei.types("account add 博远")
    anna.types("account set Nordhaus stage middle"); liwei.types("account set 博远 stage 中期")
    for who, name, en in ((anna,"Nordhaus",True),(liwei,"博远",False)):
        T=lambda a,b: a if en else b

        show(who, f"promise {name}")
        who.fills(account=name, text=T("test report","试机报告"), due="2026-03-30")
        show(who, T(f"promise {name} by 20 March: spare parts list", f"promise {name} 3月20日前：备件清单"))
        show(who, T(f"promise {name} them by 12 March: drawings", f"promise {name} 对方 3月12日前：图纸"))
        show(who, "promise list")
        print(who.taps(T("Open","展开")))
        print("MOVE FORM"); who.taps(T("New date…","改日子……")); print(who.form); print(who.fills(due="2026-03-27"))
        show(who, "promise list")
        who.taps(T("Open","展开"))
        print("BREAK"); who.taps(T("Can't keep it","兑现不了") if "Can't keep it" in who.dm[-1] or "兑现不了" in who.dm[-1] else T("Let it go","不要了")); print(who.form); print(who.fills(why=T("they cancelled it","他们取消了")))
        show(who, "promise list "+name)
        show(who, f"credit {name}")
        print(who.fills(who=T("Dana Weber","小郑"), did=T("she ran two night shifts","带着人熬了两个通宵"), boss=T("Ms Clarke","秦总")))
        print(who.taps(T("I sent it","已经发了")))
        show(who, f"picture {name}")
        print(who.fills(two_years=T("They call us first","招标前先找我们"), year=T("Scrap down a third","报废降三成"), half=T("Two teams meet monthly","两边每月碰头"), quarter=T("One line measured","一条线有数据"), month=T("Ask Dana for figures","向小郑要数据")))
        show(who, "picture")
        show(who, "rehearse")
        show(who, T("rehearse client angry","rehearse 客户发火"))
        print(who.taps("A"))
        for _ in range(6):
            try: print(who.taps("B"))
            except AssertionError: break
    coach.until("2026-03-24 12:00")
    for who in (anna, liwei):
        print("=== DM", who.id)
        for t in who.dm[-6:]: print(t); print('-')
    coach.until("2026-07-08 10:00")
    for who in (anna, liwei):
        print("=== DM", who.id)
        for t in who.dm[-12:]:
            if "[Still true]" in t or "[还作数]" in t or "step" in t or "下一步" in t: print(t); print('-')
        print(who.taps("Still true" if who is anna else "还作数"))

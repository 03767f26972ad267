"""Classic fluctuation experiments: mutants per culture (A3).

Read in the data files and the paper in the rSalvador repository (Zheng, G3 2017;7:3849-3856), which name the sources.
"""

from __future__ import annotations

# Demerec, Proc Natl Acad Sci USA 1945;31:16-24: Staphylococcus and penicillin; 1.9e8 cells per culture.
DEMEREC = (
    33, 18, 839, 47, 13, 126, 48, 80, 9, 71, 196, 66, 28, 17, 27,
    37, 126, 33, 12, 44, 28, 67, 730, 168, 44, 50, 583, 23, 17, 24,
)  # fmt: skip
DEMEREC_CELLS = 1.9e8

# Luria & Delbrück, Genetics 1943;28:491-511, experiment 16: bacteria and virus; 0.08 ml of each 0.2-ml culture was
# plated, so the plating efficiency is 0.4; 5.6e8 cells per whole culture.
LURIA_16 = (1, 0, 3, 0, 0, 5, 0, 5, 0, 6, 107, 0, 0, 0, 1, 0, 0, 64, 0, 35)
LURIA_16_PLATED = 0.4
LURIA_16_CELLS = 5.6e8

# Newcombe, Genetics 1948;33:447-476: Escherichia coli; experiments F and H, 3.7e8 and 3.8e8 cells.
NEWCOMBE_F = (
    1, 21, 34, 287, 46, 33, 23, 3, 102, 84, 148, 0, 120,
    10, 4, 0, 0, 13, 0, 376, 1, 133, 4, 42, 4,
)  # fmt: skip
NEWCOMBE_H = (
    4, 1, 0, 6, 149, 176, 31, 1, 0, 48, 0, 45, 3,
    2, 134, 25, 34, 14, 131, 22, 60, 0, 158, 6, 263,
)  # fmt: skip

# Werngren & Hoffner, J Clin Microbiol 2003;41:1520-1524: Mycobacterium tuberculosis and rifampicin, experiments 1, 2, 3
# and 5; plating efficiency 0.4 (Zheng 2017); cells per ml before plating.
WERNGREN_1 = (3, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 11, 11, 12, 13, 17)
WERNGREN_2 = (0, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 6, 8, 10, 11)
WERNGREN_3 = (0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 6, 7, 7, 7, 10, 12, 18)
WERNGREN_5 = (0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 5, 5, 5, 6, 8, 12, 16)
WERNGREN_PLATED = 0.4
WERNGREN_CELLS = {1: 2.3e8, 2: 0.5e8, 3: 1.3e8, 5: 1.6e8}

# Krašovec et al., Nat Commun 2014;5:3742: Escherichia coli and rifampicin; relative fitness 1.47 and 1.45, 2.27e8 and
# 5.15e8 cells per culture.
KRASOVEC_1 = (0, 2, 0, 3, 0, 15, 21, 0, 1, 0, 0, 4, 4, 1, 3, 2, 1, 0, 0, 0, 1, 0, 9, 0)
KRASOVEC_2 = (8, 2, 4, 3, 6, 11, 2, 2, 0, 13, 6, 8)
KRASOVEC_FITNESS = (1.47, 1.45)
KRASOVEC_CELLS = (2.27e8, 5.15e8)

# Crane, Thomas & Jones, Mutat Res 1996;354:171-182: plating efficiency 0.1, 3.6e9 and 3.9e9 cells per culture.
CRANE_1 = (121, 129, 146, 173, 181, 185, 193, 207, 222, 241, 287)
CRANE_2 = (82, 107, 133, 144, 154, 166, 224, 224, 234, 165, 308)

# Rosche & Foster, Methods 2000;20:4-17, Table 3: Escherichia coli, 1.5e8 cells per culture; one culture held 3000.
CAIRNS_FOSTER = (
    *((0,) * 11), *((1,) * 19), *((2,) * 12), *((3,) * 5), *((4,) * 4), 5, 6, 7, 7, 9, 12, 21, 32, 3000,
)  # fmt: skip

# The nine cultures of the worked example in the user manual of pySalvador 0.1.
NINE_CULTURES = (0, 16, 20, 2, 2, 56, 3, 161, 9)

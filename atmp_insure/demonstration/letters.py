"""The invented letters that wait in the tray of the demonstration."""

from __future__ import annotations

from atmp_insure.diary.tray_models import Channel

LETTER = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Courrier de démonstration</title>
<link rel="stylesheet" href="/atmp/css/fonts.css"><link rel="stylesheet" href="/atmp/css/letter.css"></head><body>
<p><strong>CAISSE DE DÉMONSTRATION</strong></p><p>{company}<br>SIRET {siret}</p><p>Le {day}</p>
<p>{text}</p><p>Lettre inventée : elle n'émane d'aucune caisse.</p></body></html>"""
LETTERS = (
    (Channel.ACCOUNT, "Notification du taux de cotisation : le détail du calcul est joint."),
    (
        Channel.LUCIE,
        "Nous vous informons de la prise en charge de l'accident au titre de la législation professionnelle.",
    ),
    (Channel.QRPRO, "Un questionnaire vous est adressé ; la consultation du dossier s'ouvrira ensuite."),
    (Channel.PAPER, "Vous trouverez ci-joint la feuille de calcul demandée."),
    (Channel.PAPER, "Nous vous remercions de votre visite sur notre salon professionnel."),
)

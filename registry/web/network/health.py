"""The words for the status of a source, and for why it fails."""

from flask_babel import lazy_gettext

from registry.sources.health import Cause
from registry.sources.lifecycle import Status

STATUS_NAMES = {
    Status.PROPOSED: lazy_gettext("proposée, en attente d’une décision"),
    Status.PREVIEW: lazy_gettext("à l’essai : rien n’entre encore"),
    Status.ACTIVE: lazy_gettext("en service"),
    Status.PAUSED: lazy_gettext("en pause : ses fiches restent comme elles sont"),
    Status.ENDED: lazy_gettext("terminée : ses fiches restent telles que dites en dernier"),
}
CAUSES = {
    Cause.NAME: lazy_gettext("le nom du serveur est introuvable (DNS)"),
    Cause.REFUSED: lazy_gettext("le serveur refuse la connexion : il est sans doute arrêté"),
    Cause.TIMEOUT: lazy_gettext("le serveur est trop lent ou ne répond pas à temps"),
    Cause.CERTIFICATE: lazy_gettext("la connexion sécurisée échoue (certificat ou chiffrement)"),
    Cause.MISSING: lazy_gettext("le document n’est plus à cette adresse (404)"),
    Cause.DENIED: lazy_gettext("le serveur interdit l’accès à ce document"),
    Cause.CREDENTIALS: lazy_gettext("les identifiants de la source manquent ou ne conviennent pas"),
    Cause.SERVER: lazy_gettext("le serveur du pôle est en panne (erreur 5xx)"),
    Cause.ANSWER: lazy_gettext("le serveur répond par une erreur"),
    Cause.UNREACHABLE: lazy_gettext("le serveur ne répond pas"),
    Cause.ADDRESS: lazy_gettext("l’adresse ne peut pas être visitée"),
    Cause.INCOMPLETE: lazy_gettext("le document arrive incomplet"),
    Cause.UNREADABLE: lazy_gettext("le document n’est pas lisible (RDF ou tableau mal formé)"),
    Cause.STREAM: lazy_gettext("le flux d’événements est mal formé"),
    Cause.DECISION: lazy_gettext("la moisson attend la décision d’un opérateur"),
    Cause.UNKNOWN: lazy_gettext("cause inconnue : voir le rapport"),
}

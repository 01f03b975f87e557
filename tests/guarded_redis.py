"""A guarded Redis: it speaks TLS only, and lets nobody in without user and password, as one across a network does."""

import datetime as dt
import ipaddress
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import free_port
from tests.redis_server import Server, redis_binary

#: What the program needs of a Redis, and no more; docs/how-to/shared-redis.md says the same.
RIGHTS = "~migrator:* ~{migrator-dramatiq}* &* +@read +@write +@scripting +@transaction +@connection +info +time +keys"


@dataclass(frozen=True)
class Authority:
    """Who signs certificates. Its own is in the file `certificate`."""

    home: Path
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def made(cls, home: Path) -> "Authority":
        """A new one, which nobody knows yet."""
        home.mkdir()
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority {secrets.token_hex(4)}")])
        authority = cls(home, name, ec.generate_private_key(ec.SECP256R1()))
        own = authority._begun(name, authority.key).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        _write(authority.certificate, own.sign(authority.key, hashes.SHA256()))
        return authority

    @property
    def certificate(self) -> Path:
        """What those trust who trust it."""
        return self.home / "ca.crt"

    def sign(self) -> tuple[Path, Path]:
        """A certificate for this machine, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
        signed = self._begun(name, key).add_extension(names, critical=False).sign(self.key, hashes.SHA256())
        certificate, private = self.home / "redis.crt", self.home / "redis.key"
        _write(certificate, signed)
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private

    def _begun(self, name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )


def _write(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


@dataclass(frozen=True)
class GuardedRedis:
    """A Redis that knows one user.

    Attributes:
        port: Where it speaks TLS.
        ca_file: Who vouches for it.
        password_file: The password of the user `migrator`.
        admin: May do everything, by its socket.
        data: Where all that was written to it is.
    """

    port: int
    ca_file: Path
    password_file: Path
    admin: redis.Redis
    data: Path

    @property
    def url(self) -> str:
        """Where it is; no secret."""
        return f"rediss://migrator@127.0.0.1:{self.port}/0"

    @property
    def settings(self) -> dict[str, str]:
        """How a command of ours is told of it."""
        return {
            "MIGRATOR_REDIS_URL": self.url,
            "MIGRATOR_REDIS_CA_FILE": str(self.ca_file),
            "MIGRATOR_REDIS_PASSWORD_FILE": str(self.password_file),
        }

    def rotate(self) -> str:
        """Another password, in the file as well; connections that have shown the old one are cut. Returns it."""
        password = self.add()
        self.take_away_all_but(password)
        return password

    def add(self) -> str:
        """Another password beside those that are good, and in the file."""
        password = secrets.token_hex(8)
        self._order("ACL", "SETUSER", "migrator", "on", f">{password}", *RIGHTS.split())
        self.password_file.write_text(f"{password}\n")
        return password

    def take_away_all_but(self, password: str) -> None:
        """Only this password is good from now on, also for who is connected."""
        self._order("ACL", "SETUSER", "migrator", "resetpass", f">{password}")
        self._order("CLIENT", "KILL", "USER", "migrator")

    def _order(self, *words: str) -> None:
        self.admin.execute_command(*words)  # type: ignore[no-untyped-call] # redis-py annotates its commands, not this


@contextmanager
def guarded_redis(home: Path) -> Iterator[GuardedRedis]:
    """Debian's Redis, guarded; a test is skipped where there is none."""
    binary = redis_binary()
    if binary is None:
        pytest.skip("there is no redis-server here: make redis-server")
    authority, port = Authority.made(home / "ca"), free_port()
    certificate, key = authority.sign()
    tls = ("--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-ca-cert-file", str(certificate))
    server = Server(binary, home / "redis", "--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no", *tls)
    server.start()
    try:
        password = secrets.token_hex(8)
        server.client.execute_command("ACL", "SETUSER", "admin", "on", f">{password}", "allkeys", "+@all")  # type: ignore[no-untyped-call]
        admin = redis.Redis(unix_socket_path=str(server.socket), username="admin", password=password)
        guarded = GuardedRedis(port, authority.certificate, home / "password", admin, home / "redis" / "appendonlydir")
        guarded.rotate()
        admin.execute_command("ACL", "SETUSER", "default", "off")  # type: ignore[no-untyped-call]
        with admin:
            yield guarded
    finally:
        server.kill()

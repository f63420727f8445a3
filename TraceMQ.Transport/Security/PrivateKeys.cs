using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>
/// Private keys out of PEM files: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915), encrypted as PKCS#8 or in OpenSSL's older form
/// (DEK-Info, RFC 1421). It tells a wrong password from a key that does not fit, which the framework's own loading does not.
/// </summary>
internal static class PrivateKeys
{
    private const string Ed25519 = "1.3.101.112";

    public static bool IsEd25519(X509Certificate2 certificate) => certificate.PublicKey.Oid.Value == Ed25519;

    /// <summary>The first private key of a file as PKCS#8 in DER, not encrypted.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="password">The password, where one is set.</param>
    /// <param name="setting">Which setting names the file.</param>
    /// <param name="path">The file's path.</param>
    /// <exception cref="TransportException">There is none, or it cannot be opened.</exception>
    public static byte[] Load(ReadOnlySpan<byte> bytes, Secret? password, Setting setting, string path)
    {
        var (label, pem) = FindKey(Encoding.UTF8.GetString(bytes));
        if (label is null)
            throw CertificateFiles.Wrong(
                setting,
                path,
                "holds no private key; set tls.private_key_file to the PEM file that does"
            );
        var isOldEncryption = pem.Contains("DEK-Info:", StringComparison.Ordinal);
        var isEncrypted = isOldEncryption || label == "ENCRYPTED PRIVATE KEY";
        if (password is null && isEncrypted)
            throw CertificateFiles.Wrong(setting, path, "is encrypted: set tls.private_key_password");
        try
        {
            if (isOldEncryption)
                return DecryptOldForm(pem, password!);
            var der = Convert.FromBase64String(Body(pem));
            return label switch
            {
                "ENCRYPTED PRIVATE KEY" => Decrypt(der, password!),
                "RSA PRIVATE KEY" => OfRsa(der),
                "EC PRIVATE KEY" => OfEc(der),
                _ => der,
            };
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw CertificateFiles.Wrong(
                setting,
                path,
                isEncrypted
                    ? "cannot be decrypted: tls.private_key_password is wrong, or the file is damaged"
                    : "holds a private key that cannot be read: it is damaged",
                exception
            );
        }
    }

    /// <summary>The certificate with its key attached; without it for Ed25519, which the framework does not know.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="key">The key, PKCS#8.</param>
    /// <returns>Null where they do not belong together.</returns>
    /// <exception cref="CryptographicException">The key is damaged, or of a kind that nobody here can use.</exception>
    public static X509Certificate2? Attach(X509Certificate2 certificate, byte[] key)
    {
        try
        {
            if (IsEd25519(certificate))
                return
                    PrivateKeyFactory.CreateKey(key) is Ed25519PrivateKeyParameters own
                    && own.GeneratePublicKey()
                        .GetEncoded()
                        .AsSpan()
                        .SequenceEqual(certificate.PublicKey.EncodedKeyValue.RawData)
                    ? certificate
                    : null;
            switch (PrivateKeyInfo.GetInstance(key).PrivateKeyAlgorithm.Algorithm.Id)
            {
                case "1.2.840.113549.1.1.1":
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportPkcs8PrivateKey(key, out _);
                        return certificate.CopyWithPrivateKey(rsa);
                    }

                case "1.2.840.10045.2.1":
                    using (var ec = ECDsa.Create())
                    {
                        ec.ImportPkcs8PrivateKey(key, out _);
                        return certificate.CopyWithPrivateKey(ec);
                    }

                case Ed25519:
                    return null;
                default:
                    throw new CryptographicException("The key is neither RSA nor EC nor Ed25519.");
            }
        }
        catch (ArgumentException)
        {
            // What the framework says of a key of another certificate, or of another algorithm than the certificate's.
            return null;
        }
        catch (Exception exception) when (exception is not CryptographicException && IsUnreadable(exception))
        {
            throw new CryptographicException("The key is damaged.", exception);
        }
    }

    /// <summary>The key that is attached to a certificate, as PKCS#8.</summary>
    /// <exception cref="CryptographicException">It cannot be used here.</exception>
    public static byte[] Of(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm? key =
            (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey();
        return key?.ExportPkcs8PrivateKey()
            ?? throw new CryptographicException("The key is neither RSA nor EC nor Ed25519.");
    }

    private static (string? Label, string Pem) FindKey(string text)
    {
        const string Begin = "-----BEGIN ";
        for (var at = 0; (at = text.IndexOf(Begin, at, StringComparison.Ordinal)) >= 0; at += Begin.Length)
        {
            var end = text.IndexOf("-----", at + Begin.Length, StringComparison.Ordinal);
            if (end < 0)
                break;
            var label = text[(at + Begin.Length)..end];
            if (!label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                continue;
            var close = $"-----END {label}-----";
            var closeAt = text.IndexOf(close, end, StringComparison.Ordinal);
            if (closeAt >= 0)
                return (label, text[at..(closeAt + close.Length)]);
        }

        return (null, "");
    }

    private static string Body(string pem)
    {
        var begin = pem.IndexOf("-----", 5, StringComparison.Ordinal) + 5;
        return pem[begin..pem.LastIndexOf("-----END", StringComparison.Ordinal)];
    }

    private static byte[] OfRsa(byte[] der)
    {
        using var rsa = RSA.Create();
        rsa.ImportRSAPrivateKey(der, out _);
        return rsa.ExportPkcs8PrivateKey();
    }

    private static byte[] OfEc(byte[] der)
    {
        using var ec = ECDsa.Create();
        ec.ImportECPrivateKey(der, out _);
        return ec.ExportPkcs8PrivateKey();
    }

    private static byte[] Decrypt(byte[] der, Secret password)
    {
        var key = PrivateKeyInfoFactory.CreatePrivateKeyInfo(
            password.Reveal().ToCharArray(),
            EncryptedPrivateKeyInfo.GetInstance(der)
        );
        // A wrong password can decrypt to something by chance.
        PrivateKeyFactory.CreateKey(key);
        return key.GetDerEncoded();
    }

    private static byte[] DecryptOldForm(string pem, Secret password)
    {
        using var reader = new PemReader(new StringReader(pem), new Answer(password));
        var key = reader.ReadObject() switch
        {
            AsymmetricCipherKeyPair pair => pair.Private,
            AsymmetricKeyParameter { IsPrivate: true } alone => alone,
            _ => throw new IOException("no private key"),
        };
        return PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded();
    }

    private static bool IsUnreadable(Exception exception) =>
        exception
            is IOException
                or CryptographicException
                or GeneralSecurityException
                or SecurityUtilityException
                or CryptoException
                or ArgumentException
                or FormatException
                or InvalidOperationException
                or InvalidCastException
                or ArithmeticException
                or IndexOutOfRangeException
                or NotSupportedException;

    private sealed class Answer(Secret password) : IPasswordFinder
    {
        public char[] GetPassword() => password.Reveal().ToCharArray();
    }
}

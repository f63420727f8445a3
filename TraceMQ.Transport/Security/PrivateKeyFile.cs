using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Pkcs;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>
/// A private key out of a PEM file: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915), encrypted as PKCS#8 or in OpenSSL's older form
/// (DEK-Info, RFC 1421). It tells a wrong password from a key that does not fit, which the framework's own loading does not.
/// </summary>
internal sealed class PrivateKeyFile : IDisposable
{
    private readonly AsymmetricAlgorithm _key;

    private PrivateKeyFile(AsymmetricAlgorithm key) => _key = key;

    /// <summary>Reads the first private key of a file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="password">The password, where one is set.</param>
    /// <param name="setting">Which setting names the file.</param>
    /// <param name="path">The file's path.</param>
    /// <exception cref="TransportException">There is none, or it cannot be opened.</exception>
    public static PrivateKeyFile Load(ReadOnlySpan<byte> bytes, Secret? password, Setting setting, string path)
    {
        var (label, pem) = FindKey(Encoding.UTF8.GetString(bytes));
        if (label is null)
            throw CertificateFiles.Wrong(
                setting,
                path,
                "holds no private key; set tls.private_key_file to the PEM file that does"
            );
        var isOldEncryption = pem.Contains("DEK-Info:", StringComparison.Ordinal);
        if (password is null && (isOldEncryption || label == "ENCRYPTED PRIVATE KEY"))
            throw CertificateFiles.Wrong(setting, path, "is encrypted: set tls.private_key_password");
        if (isOldEncryption)
            pem = DecryptOldForm(pem, password!, setting, path);
        var key =
            TryImport(RSA.Create(), pem, password)
            ?? TryImport(ECDsa.Create(), pem, password)
            ?? throw CertificateFiles.Wrong(
                setting,
                path,
                label == "ENCRYPTED PRIVATE KEY"
                    ? "cannot be decrypted: tls.private_key_password is wrong, or it is neither an RSA nor an EC key"
                    : "holds a key that cannot be used: TLS here needs an RSA or EC key"
            );
        return new PrivateKeyFile(key);
    }

    /// <summary>The certificate with this key.</summary>
    /// <exception cref="ArgumentException">They do not belong together.</exception>
    public X509Certificate2 AttachTo(X509Certificate2 certificate) =>
        _key switch
        {
            RSA rsa => certificate.CopyWithPrivateKey(rsa),
            ECDsa ec => certificate.CopyWithPrivateKey(ec),
            _ => throw new ArgumentException("neither RSA nor EC", nameof(certificate)),
        };

    public void Dispose() => _key.Dispose();

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

    private static AsymmetricAlgorithm? TryImport(AsymmetricAlgorithm key, string pem, Secret? password)
    {
        try
        {
            if (pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
                key.ImportFromEncryptedPem(pem, password!.Reveal());
            else
                key.ImportFromPem(pem);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // Of the other kind, or not to be opened: the caller tries the other kind, and says so when neither fits.
            key.Dispose();
            return null;
        }
    }

    private static string DecryptOldForm(string pem, Secret password, Setting setting, string path)
    {
        try
        {
            using var reader = new PemReader(new StringReader(pem), new Answer(password));
            var key = reader.ReadObject() switch
            {
                AsymmetricCipherKeyPair pair => pair.Private,
                AsymmetricKeyParameter { IsPrivate: true } alone => alone,
                _ => throw CertificateFiles.Wrong(setting, path, "holds no private key"),
            };
            return PemEncoding.WriteString(
                "PRIVATE KEY",
                PrivateKeyInfoFactory.CreatePrivateKeyInfo(key).GetDerEncoded()
            );
        }
        catch (Exception exception)
            when (exception is IOException or CryptoException or ArgumentException or InvalidOperationException)
        {
            throw CertificateFiles.Wrong(
                setting,
                path,
                "cannot be decrypted: tls.private_key_password is wrong, or the file is damaged",
                exception
            );
        }
    }

    private sealed class Answer(Secret password) : IPasswordFinder
    {
        public char[] GetPassword() => password.Reveal().ToCharArray();
    }
}

using System.Net.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>The cipher suites to use. Those that CoAP demands (RFC 7252, 9.1.3) are among them; the library's own choice has neither.</summary>
internal static class DtlsSuites
{
    private static readonly int[] s_psk =
    [
        CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256,
        CipherSuite.TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256,
        CipherSuite.TLS_PSK_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_PSK_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_PSK_WITH_AES_128_CCM,
        CipherSuite.TLS_PSK_WITH_AES_128_CCM_8,
        CipherSuite.TLS_PSK_WITH_AES_128_CBC_SHA256,
    ];

    private static readonly int[] s_ecdsa =
    [
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
        CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8,
    ];

    private static readonly int[] s_rsa =
    [
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>What a client offers.</summary>
    public static int[] OfClient(TlsCrypto crypto, bool hasKey) =>
        TlsUtilities.GetSupportedCipherSuites(crypto, hasKey ? s_psk : [.. s_ecdsa, .. s_rsa]);

    /// <summary>What a server accepts.</summary>
    public static int[] OfServer(TlsCrypto crypto, bool hasKey, DtlsCredentials? credentials)
    {
        int[] certificates =
            credentials is null ? []
            : credentials.IsRsa ? s_rsa
            : s_ecdsa;
        return TlsUtilities.GetSupportedCipherSuites(crypto, hasKey ? [.. certificates, .. s_psk] : certificates);
    }

    /// <summary>The registered name.</summary>
    public static string NameOf(int suite) => ((TlsCipherSuite)suite).ToString();
}

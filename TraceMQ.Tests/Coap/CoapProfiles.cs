using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Coap;

internal sealed class CoapProfiles : ProfilesOf<CoapProfiles>, INamesProtocol
{
    public static string Protocol => "coap";
}

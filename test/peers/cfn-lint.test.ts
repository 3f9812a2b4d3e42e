import { expect, test } from 'vitest'
import * as z from 'zod'
import { resources, templateFile } from '../helpers/packaged.ts'
import { askPython } from './ask-python.ts'

const Findings = z.array(
  z.object({ rule: z.string(), severity: z.string(), path: z.array(z.string()), message: z.string() }),
)
type Finding = z.infer<typeof Findings>[number]

/** What is not held against the template: a rule, only at these types of resources or these outputs, and why. */
const accepted: Array<{ rule: string; at: string[]; why: string }> = [
  {
    rule: 'W3005',
    at: ['AWS::Lambda::Function', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGatewayV2::Stage'],
    why: 'osls writes a DependsOn beside the reference that says the same',
  },
  {
    rule: 'I1022',
    at: ['AWS::S3::BucketPolicy', 'AWS::Lambda::Permission', 'HttpApiUrl'],
    why: 'osls writes Fn::Join where Fn::Sub would be nicer',
  },
  {
    rule: 'I3011',
    at: ['AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::KMS::Key'],
    why: 'may go with the stack: messages stand for what is in the ledger, which is kept; the key is of alarms on their way',
  },
]

const placeOf = ([section = '', name = '']: string[]): string =>
  section === 'Resources' ? (resources()[name]?.Type ?? name) : name

const isAccepted = ({ rule, path }: Finding): boolean =>
  accepted.some((one) => one.rule === rule && one.at.includes(placeOf(path)))

test('cfn-lint finds nothing in the packaged template, neither errors nor warnings nor advice', async () => {
  const findings = Findings.parse(await askPython('lint', { file: templateFile, region: 'eu-central-1' }))

  expect(findings.filter((finding) => !isAccepted(finding))).toEqual([])
  // A rule that nothing breaks any more needs no exception, and a linter that says nothing has not looked.
  expect(accepted.filter(({ rule }) => !findings.some((finding) => finding.rule === rule))).toEqual([])
})
